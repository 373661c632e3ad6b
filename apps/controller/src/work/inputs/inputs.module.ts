import { Module } from '@nestjs/common';
import { ArtifactsModule } from '../artifacts/index.ts';
import { InputsController } from './inputs.controller.ts';
import { InputsRepository } from './inputs.repository.ts';
import { InputsService } from './inputs.service.ts';
import { ReadInputWheels } from './read-input-wheels.ts';
import { ReceiveInputs } from './receive-inputs.ts';
import { RemoveUnusedInputs } from './remove-unused-inputs.ts';

@Module({
  imports: [ArtifactsModule],
  controllers: [InputsController],
  providers: [InputsRepository, InputsService, ReadInputWheels, ReceiveInputs, RemoveUnusedInputs],
  exports: [InputsRepository, InputsService, ReadInputWheels, RemoveUnusedInputs],
})
export class InputsModule {}
