"""Requests whose body the SDK could only write with models that cost more than the product has.

The model of a user alone imports about a thousand modules, and every model that is an Entity 14 MB.
"""

from __future__ import annotations

from collections.abc import Mapping

import orjson
from kiota_abstractions.base_request_builder import BaseRequestBuilder
from kiota_abstractions.method import Method
from kiota_abstractions.request_information import RequestInformation

JSON = "application/json"


def with_json(method: Method, builder: BaseRequestBuilder, body: Mapping[str, object]) -> RequestInformation:
    """Return a request to the builder's address with a JSON object as its body."""
    request = RequestInformation(method, builder.url_template, builder.path_parameters)
    request.headers.try_add("Accept", JSON)
    request.set_stream_content(orjson.dumps(body), JSON)
    return request
