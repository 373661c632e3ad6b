import type { Recipes } from '@ironwheel/contracts';
import type { ReactElement } from 'react';
import { Facts, type Fact } from '../../parts/facts.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { listRecipeParts } from './list-recipe-parts.ts';
import classes from './hints.module.css';

/** A recipe, part by part. */
export function RecipeFacts({ recipes }: { readonly recipes: Recipes }): ReactElement {
  const facts = listRecipeParts(recipes).map(({ label, items }): Fact => [
    label,
    <span key={label} className={classes.mono}>
      {items.map((item, index) => (
        <div key={index}>
          <SafeText text={item} max={300} />
        </div>
      ))}
    </span>,
  ]);
  if (facts.length === 0) return <span>nothing by itself</span>;
  return (
    <>
      <Facts facts={facts} />
      {recipes.patch !== undefined && (
        <details className={classes.more}>
          <summary>The patch itself</summary>
          <pre className={classes.patch} tabIndex={0} aria-label="The patch">
            <SafeText text={recipes.patch} max={20_000} />
          </pre>
        </details>
      )}
    </>
  );
}
