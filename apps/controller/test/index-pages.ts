import type { TestBody, TestController } from '@ironwheel/testing';
import { expect } from 'vitest';

/** A page of the package index in its JSON form (PEP 691), or the list of projects. */
export interface JsonPage {
  readonly meta: { readonly 'api-version': string };
  readonly versions?: readonly string[];
  readonly projects?: readonly { readonly name: string }[];
  readonly files: readonly {
    readonly filename: string;
    readonly url: string;
    readonly [key: string]: unknown;
  }[];
}

export interface IndexAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export const jsonType = { accept: 'application/vnd.pypi.simple.v1+json' };

/** Reads the package index of a controller as an installer does, without a credential, and follows nothing. */
export class IndexPages {
  constructor(private readonly controller: () => Pick<TestController, 'url'>) {}

  readonly get = async (
    path: string,
    headers: Readonly<Record<string, string>> = {},
    method = 'GET',
  ): Promise<IndexAnswer> => {
    const answer = await fetch(this.controller().url + path, { headers, method, redirect: 'manual' });
    return { status: answer.status, headers: answer.headers, text: await answer.text() };
  };

  readonly getJson = async (path: string): Promise<JsonPage> => {
    const answer = await this.get(path, jsonType);
    expect(answer, answer.text).toMatchObject({ status: 200 });
    return JSON.parse(answer.text) as JsonPage;
  };
}

export const namesOf = (page: JsonPage): string[] => page.files.map((file) => file.filename);
export const errorOf = (text: string): string => (JSON.parse(text) as TestBody).error;
