import { recipesSchema, type Recipes } from '@ironwheel/contracts';
import type { Recipe } from '@ironwheel/decisions';

/** A recipe in the form of the wire. Throws where it is none that a claim could carry. */
export const toRecipes = (recipe: Recipe): Recipes => recipesSchema.parse(recipe);
