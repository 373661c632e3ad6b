import { interpreterDescriptionSchema } from '@ironwheel/plugin-kit';
import { z } from 'zod';

/** What `ironwheel_build.py place` prints from inside a container. */
const containerPlaceSchema = z.object({
  interpreters: z.array(interpreterDescriptionSchema),
  memory_bytes: z.number().nullable(),
  pids: z.number().nullable(),
  cpu: z.string().nullable(),
  interfaces: z.array(z.string()),
  routes: z.number(),
  root_is_writable: z.boolean(),
  uid: z.number(),
  capabilities: z.string(),
  refinery_build: z.string().nullable(),
  package_manager: z.enum(['apt-get', 'dnf', 'microdnf']).nullable(),
});
export type ContainerPlace = z.infer<typeof containerPlaceSchema>;

/** Reads the last line of a container's output; null when it is no place. */
export const readPlace = (stdout: string): ContainerPlace | null => {
  try {
    const parsed = containerPlaceSchema.safeParse(JSON.parse(stdout.trim().split('\n').at(-1) ?? ''));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
};
