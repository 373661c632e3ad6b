import { defineSection } from '@ironwheel/config';
import { z } from 'zod';

/** Where the pages of the Engine Room are. */
export const engineRoomSection = defineSection({
  ENGINE_ROOM_DIR: {
    schema: z.string().min(1),
    description:
      'Directory of the built pages of the Engine Room; without it, `engine-room` beside the directory of the controller.',
  },
});
