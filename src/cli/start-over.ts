/**
 * Says that what runs from now on runs often. The binary starts with a compiler that holds back
 * (`scripts/build.ts`): code that runs once, at the start, is interpreted, and no memory goes into making it
 * faster. From source the policy is the usual one already.
 */
export function startIsOver(): void {
  Bun.unsafe.setJITPolicy(1);
}
