"""Sends numbered events with Segment's library for Python, nothing but its host set: HOST KEY COUNT."""

import sys

from segment.analytics.client import Client

host, key, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
client = Client(key, host=host, gzip=True, max_queue_size=count, upload_interval=0.1)
for number in range(count):
    client.track("by-python", "Product Viewed", {"n": number, "sku": f"A{number}"})
client.shutdown()
