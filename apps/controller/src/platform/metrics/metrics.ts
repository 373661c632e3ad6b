import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

interface MetricOptions<Label extends string> {
  /** Without the prefix `ironwheel_`; ends with its unit (`_seconds`, `_bytes`, `_total`). */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly Label[];
}

const prefix = 'ironwheel_';
const defaultBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * The process's metrics. Asking for the same name again gives the same metric, so that several instances of a
 * service share it. Labels take values of small closed sets only: never a name, path or id that a caller chose.
 */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  #stopDefault = false;

  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label> {
    return (
      (this.#find(options.name) as Counter<Label> | undefined) ?? new Counter({ ...this.#base(options) })
    );
  }

  /** `collect` is called at each scrape and may set the gauge. */
  gauge<Label extends string = never>(
    options: MetricOptions<Label> & { readonly collect?: (gauge: Gauge<Label>) => void | Promise<void> },
  ): Gauge<Label> {
    const existing = this.#find(options.name) as Gauge<Label> | undefined;
    if (existing !== undefined) return existing;
    const { collect } = options;
    return new Gauge({
      ...this.#base(options),
      ...(collect === undefined
        ? {}
        : {
            async collect(this: Gauge<Label>) {
              await collect(this);
            },
          }),
    });
  }

  /** Durations are observed in seconds. */
  histogram<Label extends string = never>(
    options: MetricOptions<Label> & { readonly buckets?: readonly number[] },
  ): Histogram<Label> {
    return (
      (this.#find(options.name) as Histogram<Label> | undefined) ??
      new Histogram({ ...this.#base(options), buckets: [...(options.buckets ?? defaultBuckets)] })
    );
  }

  /** Metrics of the process itself: memory, event loop, garbage collection, file descriptors. */
  collectProcessMetrics(): void {
    if (this.#stopDefault) return;
    this.#stopDefault = true;
    collectDefaultMetrics({ register: this.registry, prefix });
  }

  #find(name: string): unknown {
    return this.registry.getSingleMetric(prefix + name);
  }

  #base<Label extends string>(options: MetricOptions<Label>) {
    return {
      name: prefix + options.name,
      help: options.help,
      labelNames: [...(options.labels ?? [])],
      registers: [this.registry],
    };
  }
}
