export { type InputRow } from './input.row.ts';
export { InputsModule } from './inputs.module.ts';
export { InputsRepository } from './inputs.repository.ts';
export { inputsSection } from './inputs.section.ts';
export { toInputInvalid } from './receive-inputs.ts';
export { ReadInputWheels, type WantedInputWheel } from './read-input-wheels.ts';
export { InputsService } from './inputs.service.ts';
export { RemoveUnusedInputs } from './remove-unused-inputs.ts';
