export { createFakeClock, type FakeClock } from "../../src/testing/fakeClock";
