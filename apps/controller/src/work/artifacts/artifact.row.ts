/** A row of `artifacts` without the METADATA text. */
export interface ArtifactRow {
  readonly sha256: string;
  readonly filename: string;
  readonly size: number;
  readonly name: string;
  readonly version: string;
  readonly build_tag: string | null;
  readonly tags: string[];
  readonly requires_python: string | null;
  readonly metadata_sha256: string;
  readonly python_tag: string;
  readonly platform_tag: string;
  readonly job_id: string | null;
  /** The attempt that built it; null for a wheel that was handed in. */
  readonly attempt_id: string | null;
  /** The input that it is; null for a wheel that was built. */
  readonly input_id: string | null;
  readonly created_at: Date;
  readonly accepted_at: Date | null;
  readonly yanked_at: Date | null;
  readonly yank_reason: string | null;
}

export const artifactColumns = `sha256, filename, size, name, version, build_tag, tags, requires_python, metadata_sha256,
  python_tag, platform_tag, job_id, attempt_id, input_id, created_at, accepted_at, yanked_at, yank_reason`;

/** What is known of an uploaded wheel before it becomes a row. */
export interface NewArtifact {
  readonly sha256: string;
  readonly filename: string;
  readonly size: number;
  /** Normalized (PEP 503). */
  readonly name: string;
  readonly version: string;
  readonly buildTag: string | null;
  readonly tags: readonly string[];
  readonly requiresPython: string | null;
  readonly metadata: string;
  readonly metadataSha256: string;
}

/** A wheel that was handed in, and the target of the plan that reuses it. */
export interface InputArtifact extends NewArtifact {
  readonly inputId: string;
  readonly pythonTag: string;
  readonly platformTag: string;
}

/** What artifacts come from. */
export type ArtifactOrigin = { readonly attemptId: string } | { readonly inputIds: readonly string[] };

/** The attempt that uploads, with what its job asks for. */
export interface UploadingAttempt {
  readonly attempt_id: string;
  readonly attempt_state: string;
  readonly fencing: number;
  readonly worker_revoked: boolean;
  /** The job belongs to this attempt still. */
  readonly holds_job: boolean;
  readonly job_id: string;
  readonly name: string;
  readonly version: string;
  readonly python_tag: string;
  readonly platform_tag: string;
  readonly generation: number;
  readonly source: unknown;
}
