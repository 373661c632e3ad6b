import type { TidyBounds, Tidied } from '@ironwheel/plugin-kit';
import { z } from 'zod';
import { chooseOldImages, type DerivedImage } from './choose-old-images.ts';
import { attemptLabel } from './container-command.ts';
import type { ImageUses } from './image-uses.ts';
import type { PodmanCli } from './podman-cli.ts';

/** Of what a build leaves, by its label or its name. */
const filters = [`label=${attemptLabel}`, 'name=^ironwheel-recipe-'];

const containersSchema = z.array(
  z.object({
    Id: z.string(),
    State: z.string(),
    Created: z.number(),
    ExitedAt: z.number().nullish(),
    Labels: z.record(z.string(), z.string()).nullish(),
  }),
);
const imagesSchema = z.array(
  z.object({ Names: z.array(z.string()).nullish(), Size: z.number(), Created: z.number() }),
);

/** Podman's JSON, or nothing where it is none: then nothing is removed. */
function parseList<Schema extends z.ZodType<unknown[]>>(
  schema: Schema,
  stdout: string,
): z.output<Schema> | [] {
  try {
    return schema.safeParse(JSON.parse(stdout)).data ?? [];
  } catch {
    return [];
  }
}

/** Removes containers that ended and nobody asks for, then derived images beyond the bounds; never what runs. */
export async function tidyPodman(podman: PodmanCli, uses: ImageUses, bounds: TidyBounds): Promise<Tidied> {
  const containers = await removeContainers(podman, bounds);
  const { images, imageBytes } = await removeImages(podman, uses, bounds);
  return { containers, images, imageBytes };
}

async function removeContainers(podman: PodmanCli, bounds: TidyBounds): Promise<number> {
  const known = new Set(bounds.attempts);
  let removed = 0;
  for (const filter of filters) {
    const listed = await podman.run(['ps', '--all', '--format=json', `--filter=${filter}`]);
    for (const { Id: id, State: state, Labels: labels, Created: created, ExitedAt: exitedAt } of parseList(
      containersSchema,
      listed.stdout,
    )) {
      const isOver = state === 'exited' || state === 'stopped' || state === 'created' || state === 'dead';
      const age = Date.now() - Math.max(created, exitedAt ?? 0) * 1000;
      if (!isOver || age < bounds.leftoverMinAgeMs || known.has(labels?.[attemptLabel] ?? '')) continue;
      // Without --force: one that was started again meanwhile stays.
      if ((await podman.run(['rm', '--volumes', id])).ok) removed += 1;
    }
  }
  return removed;
}

async function removeImages(
  podman: PodmanCli,
  uses: ImageUses,
  bounds: TidyBounds,
): Promise<Pick<Tidied, 'images' | 'imageBytes'>> {
  const listed = await podman.run(['images', '--format=json', '--filter=label=ironwheel.derived=1']);
  const images: DerivedImage[] = [];
  for (const { Names: names, Size: bytes, Created: created } of parseList(imagesSchema, listed.stdout)) {
    const name = names?.[0];
    if (name === undefined) continue;
    images.push({ name, bytes, usedAt: Math.max(created * 1000, (await uses.find(name)) ?? 0) });
  }
  let [count, imageBytes] = [0, 0];
  for (const { name, bytes } of chooseOldImages(images, bounds.images, Date.now(), bounds.leftoverMinAgeMs)) {
    // Without --force: an image that a container stands on stays.
    if (!(await podman.run(['rmi', name])).ok) continue;
    await uses.forget(name);
    count += 1;
    imageBytes += bytes;
  }
  return { images: count, imageBytes };
}
