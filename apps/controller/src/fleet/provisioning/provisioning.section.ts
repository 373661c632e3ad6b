import { defineSection, integerText } from '@ironwheel/config';
import { z } from 'zod';

export const provisioningSection = defineSection({
  AGENT_BUNDLE_FILE: {
    schema: z.string().min(1),
    description: 'Program of the agent that hosts get; without it, that of this installation.',
  },
  PUBLIC_CERT_FILE: {
    schema: z.string().min(1),
    description:
      'Certificate chain (PEM) that hosts see at `PUBLIC_URL` when a proxy speaks TLS in front of the controller and no public authority signed it; without it, `TLS_CERT_FILE`.',
  },
  RUNTIME_MAX_BYTES: {
    schema: integerText(1_048_576, Number.MAX_SAFE_INTEGER),
    default: '268435456',
    unit: 'bytes',
    description: 'Largest Node runtime that `ironwheel runtime import` takes.',
  },
});
