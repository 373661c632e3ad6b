import type { ZodError } from 'zod';
import { checkMeaning } from './check-meaning.ts';
import { checkRules, type CompilePattern } from './check-rules.ts';
import { policyDocumentSchema, policySections, type PolicyDocument } from './policy-document.ts';
import type { PolicyProblem } from './policy-problem.ts';

export interface PolicyCheck {
  readonly problems: readonly PolicyProblem[];
  /** With everything that was left out filled in; null when a part does not fit the schema. */
  readonly document: PolicyDocument | null;
}

export const toPolicyProblems = ({ issues }: ZodError): PolicyProblem[] =>
  issues.flatMap((issue): PolicyProblem[] => {
    const path = issue.path.map(String);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key].join('.'),
        code: 'unknown_field',
        message: 'there is no such field',
      }));
    }
    return [{ path: path.join('.'), code: issue.code, message: issue.message }];
  });

/**
 * Everything that is wrong with a document, not only the first of it: what does not fit the schema, and what does not fit
 * together. Parts that do not fit the schema take no part in the second look.
 */
export function checkPolicyDocument(given: unknown, compilePattern: CompilePattern): PolicyCheck {
  const whole = policyDocumentSchema.safeParse(given);
  const document = whole.data ?? takeReadableParts(given);
  const problems = [
    ...(whole.success ? [] : toPolicyProblems(whole.error)),
    ...checkMeaning(document),
    ...checkRules(document.rules, compilePattern),
  ];
  return { problems, document: whole.data ?? null };
}

/** The document with every part that does not fit its schema put back to what it is where it is left out. */
function takeReadableParts(given: unknown): PolicyDocument {
  const parts = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {};
  const readable = Object.entries(policySections).filter(
    ([name, schema]) => name !== 'meta' && schema.safeParse(parts[name]).success,
  );
  return policyDocumentSchema.parse({
    ...Object.fromEntries(readable.map(([name]) => [name, parts[name]])),
    meta: { author: 'nobody', reason: 'not readable' },
  });
}
