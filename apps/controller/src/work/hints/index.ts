export { HintsModule } from './hints.module.ts';
export { OfferHints, type EndedAttempt } from './offer-hints.ts';
