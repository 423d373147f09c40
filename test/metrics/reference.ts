/** The histogram of the HdrHistogram port, set as ours is: what ours is compared with. */
import { build, type Histogram } from "hdr-histogram-js";

export function reference(valuesUs: readonly number[]): Histogram {
  const histogram = build({
    // Counts of any size a test gives them.
    bitBucketSize: 64,
    autoResize: false,
    lowestDiscernibleValue: 1,
    highestTrackableValue: 3_600_000_000,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
  for (const us of valuesUs) histogram.recordValue(us);
  return histogram;
}
