import type { DynamicModule, Type } from '@nestjs/common';
import type { ConfigSection } from '@ironwheel/config';

/** What a feature hands to the composition root. */
export interface Feature {
  readonly module: Type | DynamicModule;
  /** The config sections that the feature reads. */
  readonly sections?: readonly ConfigSection[];
}
