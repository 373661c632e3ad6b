import { EnrollHost } from './enroll-host.ts';
import { EnrollWorker } from './enroll-worker.ts';
import { HostEnrollmentEffects } from './host-enrollment-effects.ts';
import { HostEnrollmentRepository } from './host-enrollment.repository.ts';

export const enrollmentProviders = [
  HostEnrollmentRepository,
  HostEnrollmentEffects,
  EnrollHost,
  EnrollWorker,
];
