"""HubSpot: contacts both ways. Webhooks name contacts that changed, a job fetches them; customers that change here go there.

https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/request-validation (signature v3),
https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide.
"""

from wafaa.listen.connectors.hubspot.connector import CONNECTOR

__all__ = ["CONNECTOR"]
