import { artifactViewSchema, listOf, projectViewSchema } from '@ironwheel/contracts';
import type { z } from 'zod';
import type { originSchema } from '@ironwheel/contracts';
import type { ApiCall, QueryValues } from './call-api.ts';

const artifacts = listOf(artifactViewSchema);
const projects = listOf(projectViewSchema);
const at = (sha256: string): string => `/artifacts/${encodeURIComponent(sha256)}`;

export const listArtifacts = (query: QueryValues) =>
  ({ method: 'GET', path: '/artifacts', query, answer: artifacts }) satisfies ApiCall;

export const getArtifact = (sha256: string) =>
  ({ method: 'GET', path: at(sha256), answer: artifactViewSchema }) satisfies ApiCall;

export const yankArtifact = (sha256: string, reason: string) =>
  ({
    method: 'POST',
    path: `${at(sha256)}/yank`,
    body: reason === '' ? {} : { reason },
    answer: artifactViewSchema,
  }) satisfies ApiCall;

export const unyankArtifact = (sha256: string, reason: string) =>
  ({
    method: 'POST',
    path: `${at(sha256)}/unyank`,
    body: reason === '' ? {} : { reason },
    answer: artifactViewSchema,
  }) satisfies ApiCall;

export const listProjects = () => ({ method: 'GET', path: '/projects', answer: projects }) satisfies ApiCall;

export type Origin = z.output<typeof originSchema>;

export const setProjectOrigin = (name: string, origin: Origin, reason: string) =>
  ({
    method: 'PUT',
    path: `/projects/${encodeURIComponent(name)}/origin`,
    body: { origin, ...(reason === '' ? {} : { reason }) },
    answer: projectViewSchema,
  }) satisfies ApiCall;
