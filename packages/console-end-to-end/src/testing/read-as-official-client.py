"""Reads the console with ConductorOne's own Python client, as it is published, and prints what it read as JSON."""

import json
import sys
import urllib.parse
import urllib.request
import warnings

warnings.simplefilter("ignore")
from conductorone_sdk import SDK  # noqa: E402
from conductorone_sdk.models import operations, shared  # noqa: E402

asked = json.load(sys.stdin)
url, app_id = asked["url"], asked["appId"]
form = urllib.parse.urlencode(
    {
        "grant_type": "client_credentials",
        "client_id": asked["clientId"],
        "client_secret": asked["clientSecret"],
    }
).encode()
token = json.load(urllib.request.urlopen(f"{url}/auth/v1/token", form))["access_token"]
client = SDK(
    security=shared.Security(bearer_auth=token, oauth=f"Bearer {token}"),
    server_url=url,
)


def rows(answer):
    """The list of an answer, whose field is named differently for each call."""
    held = [
        getattr(answer, name)
        for name in type(answer).model_fields
        if name.endswith("_response") and name != "raw_response"
    ]
    return next(one for one in held if one is not None).list or []


entitlements = rows(
    client.app_entitlement_search.search(
        request=shared.AppEntitlementSearchServiceSearchRequest(app_ids=[app_id], query="api_keys.create")
    )
)
holders = rows(
    client.app_entitlements.list_users(
        request=operations.C1APIAppV1AppEntitlementsListUsersRequest(
            app_id=app_id, app_entitlement_id=entitlements[0].app_entitlement.id, page_size=100
        )
    )
)
print(
    json.dumps(
        {
            "apps": [app.display_name for app in rows(client.apps.list())],
            "accounts": [
                row.app_user.display_name
                for row in rows(
                    client.app_user.list(
                        request=operations.C1APIAppV1AppUserServiceListRequest(app_id=app_id, page_size=100)
                    )
                )
            ],
            "entitlement": entitlements[0].app_entitlement.display_name,
            "grantCount": entitlements[0].app_entitlement.grant_count,
            "holders": [row.app_user_view.app_user.email for row in holders],
            "grants": [
                row.app_entitlement_view.app_entitlement.display_name
                for row in rows(
                    client.app_entitlement_search.search_grants(
                        request=shared.AppEntitlementSearchServiceSearchGrantsRequest(app_ids=[app_id])
                    )
                )
            ],
            "connectors": [
                row.connector.display_name
                for row in rows(
                    client.connector.list(
                        request=operations.C1APIAppV1ConnectorServiceListRequest(app_id=app_id)
                    )
                )
            ],
            "users": [row.user.email for row in rows(client.user.list())],
        }
    )
)
