import { recipesSchema, type Recipes } from '@ironwheel/contracts';
import { emptyRecipe, type Recipe } from '@ironwheel/decisions';

const emptyRecipes = recipesSchema.parse(emptyRecipe);

/** A recipe in the form of the wire. Throws where it is none that a claim could carry. */
export const toRecipes = (recipe: Recipe): Recipes =>
  recipe === emptyRecipe ? emptyRecipes : recipesSchema.parse(recipe);
