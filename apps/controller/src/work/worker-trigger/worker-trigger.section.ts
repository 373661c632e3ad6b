import { defineSection, httpUrlText } from '@ironwheel/config';

export const workerTriggerSection = defineSection({
  WORKER_WEBHOOK_URL: {
    schema: httpUrlText,
    description:
      '`POST /worker/trigger` tells this address `{"action": "drain"}`, with `WORKER_TOKEN` if there is one: the `/trigger` of a worker that drains a queue by itself. Unset: workers that wait for work look again.',
  },
});
