// Sends numbered events with Segment's library for Node, nothing but its host and patience set: HOST KEY COUNT.
import { createRequire } from "node:module";

const { Analytics } = createRequire(process.cwd() + "/")("@segment/analytics-node");
const [host, writeKey, count] = process.argv.slice(2);
const analytics = new Analytics({ writeKey, host, maxRetries: 20, flushAt: 50, flushInterval: 100 });
const failed = [];
analytics.on("error", (error) => failed.push(String(error.code)));
for (let number = 0; number < Number(count); number += 1) {
  analytics.track({ userId: "by-node", event: "Product Viewed", properties: { n: number, sku: `A${number}` } });
  if (number % 500 === 499) await new Promise((resolve) => setTimeout(resolve, 50));
}
await analytics.closeAndFlush({ timeout: 120000 });
if (failed.length) throw new Error(`gave up on ${failed.length}: ${failed[0]}`);
