export { type NewEvent } from './event.entity.ts';
export { toEventView } from './event.view.ts';
export { EventsRepository } from './events.repository.ts';
export { HistoryModule } from './history.module.ts';
export { toVersionSpellings } from './history.service.ts';
