"""The systems that can be connected: one import and one line each."""

from collections.abc import Mapping

from wafaa.listen.connectors.chatwoot import CONNECTOR as CHATWOOT
from wafaa.listen.connectors.hubspot import CONNECTOR as HUBSPOT
from wafaa.listen.connectors.presence import CONNECTOR as PRESENCE
from wafaa.listen.connectors.rules import Connector
from wafaa.listen.connectors.salla import CONNECTOR as SALLA
from wafaa.listen.connectors.shopify import CONNECTOR as SHOPIFY
from wafaa.listen.connectors.webhook import CONNECTOR as WEBHOOK
from wafaa.listen.connectors.woocommerce import CONNECTOR as WOOCOMMERCE
from wafaa.listen.connectors.zammad import CONNECTOR as ZAMMAD
from wafaa.listen.connectors.zid import CONNECTOR as ZID

# In the order of the gallery.
CONNECTORS: Mapping[str, Connector] = {
    one.key: one for one in (SALLA, ZID, SHOPIFY, WOOCOMMERCE, HUBSPOT, CHATWOOT, ZAMMAD, PRESENCE, WEBHOOK)
}
