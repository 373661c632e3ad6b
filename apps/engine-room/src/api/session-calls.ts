import { sessionViewSchema } from '@ironwheel/contracts';
import * as z from 'zod';
import type { ApiCall } from './call-api.ts';

export const readSession = () =>
  ({ method: 'GET', path: '/session', answer: sessionViewSchema }) satisfies ApiCall;

export const openSession = (token: string) =>
  ({ method: 'POST', path: '/session', body: { token }, answer: sessionViewSchema }) satisfies ApiCall;

export const closeSession = () =>
  ({ method: 'DELETE', path: '/session', answer: z.undefined() }) satisfies ApiCall;
