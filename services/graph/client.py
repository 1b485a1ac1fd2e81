"""Microsoft Graph as the adapters use it: one client, reads that insist, writes that are sent once."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar, cast

import httpx
from kiota_abstractions.method import Method
from kiota_abstractions.native_response_handler import NativeResponseHandler
from kiota_abstractions.request_information import RequestInformation
from kiota_http.middleware.options import ResponseHandlerOption
from msgraph.graph_request_adapter import GraphRequestAdapter
from msgraph.graph_service_client import GraphServiceClient

from services.domain.errors import TenantBusy, TenantRefused
from services.graph.credentials import Authentication, Credential, authentication
from services.graph.errors import retry_after, translated
from services.graph.pacing import Costs, Pacing, costs_of
from services.graph.patience import Patience, insist
from services.graph.transport import make_http_client
from services.graph.wire import Page, Wire
from services.ports import Clock

T = TypeVar("T")
WireT = TypeVar("WireT", bound=Wire)
_WHOLE_RESPONSE = ResponseHandlerOption(NativeResponseHandler())


class Graph:
    """A tenant's Graph, real or sandbox: only base address and credential differ.

    Requests are built and sent by msgraph-sdk; its hook for native responses hands the answer over as it
    came, so that headers, gateway pages and empty bodies are all there to be judged. ``pacing`` holds calls
    back while the tenant's quota has no room for them.
    """

    def __init__(
        self,
        base_url: str,
        access: Authentication,
        http: httpx.AsyncClient,
        clock: Clock,
        patience: Patience,
        pacing: Pacing | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.clock = clock
        self._access = access
        self._http = http
        self._patience = patience
        self._pacing = pacing
        self._adapter = GraphRequestAdapter(access.provider, http)
        self._adapter.base_url = self.base_url  # before the service client is made, which would set its own
        self.sdk = GraphServiceClient(request_adapter=self._adapter)
        """The SDK's client, to build requests with."""

    @classmethod
    def connect(
        cls,
        base_url: str,
        credential: Credential,
        clock: Clock,
        patience: Patience | None = None,
        pacing: Pacing | None = None,
    ) -> Graph:
        """Return a client for ``base_url``, such as ``https://graph.microsoft.com/v1.0``. Sends nothing yet.

        Raises BadInput for a credential that cannot be used.
        """
        access = authentication(credential, base_url)
        return cls(base_url, access, make_http_client(base_url), clock, patience or Patience(), pacing)

    async def close(self) -> None:
        """Close connections and the credential."""
        await self._http.aclose()
        await self._access.close()

    async def read(self, request: RequestInformation, shape: type[WireT]) -> WireT:
        """Return the answer to a GET, in its shape; what is transient is tried again for a while.

        Raises TenantBusy when patience ends, NotPermitted, TenantRefused.
        """

        async def once() -> WireT:
            with translated():
                return shape.model_validate_json((await self._send(request)).content)

        return await insist(self.clock, self._patience, once)

    async def pages(
        self, request: RequestInformation, shape: type[Page[WireT]]
    ) -> AsyncIterator[Page[WireT]]:
        """Yield the pages of a list, following the tenant's links."""
        page = await self.read(request, shape)
        yield page
        while page.next_link:
            page = await self.read(self._following(page.next_link), shape)
            yield page

    async def write(self, request: RequestInformation) -> httpx.Headers:
        """Send a write exactly once; the headers of the answer.

        Raises TenantBusy (see ``may_be_done``), NotPermitted, TenantRefused.
        """
        with translated():
            return (await self._send(request)).headers

    async def send(self, request: RequestInformation) -> bytes:
        """Send once; the body of the answer. Raises what ``translated`` takes."""
        return (await self._send(request)).content

    async def admit(self, calls: Iterable[Costs]) -> None:
        """Wait until the quota has room for these calls."""
        if self._pacing is not None:
            await self._pacing.admit(calls)

    def hold(self, costs: Costs, busy: TenantBusy) -> None:
        """Let no such call through for as long as the tenant asked for."""
        if self._pacing is not None and busy.retry_after:
            self._pacing.hold(costs, busy.retry_after)

    def target_of(self, request: RequestInformation) -> str:
        """The path below the version, with the query; the SDK writes the dollar of an option as %24."""
        return request.url.removeprefix(self.base_url).replace("%24", "$")

    async def insist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try again with the patience of reads; for what the caller has made safe to try again."""
        return await insist(self.clock, self._patience, attempt)

    def _following(self, link: str) -> RequestInformation:
        if not link.startswith(f"{self.base_url}/"):  # the token goes to the tenant and nowhere else
            raise TenantRefused(words=f"the list goes on at another host: {link}")
        request = RequestInformation(method=Method.GET)
        request.url = link
        request.headers.try_add("Accept", "application/json")
        return request

    async def _send(self, request: RequestInformation) -> httpx.Response:
        request.add_request_options([_WHOLE_RESPONSE])
        if self._pacing is not None:
            return await self._send_paced(request, self._pacing)
        return await self._send_now(request)

    async def _send_paced(self, request: RequestInformation, pacing: Pacing) -> httpx.Response:
        costs = costs_of(request.http_method.value if request.http_method else "GET", self.target_of(request))
        await pacing.admit([costs])
        try:
            return await self._send_now(request)
        except httpx.HTTPStatusError as error:
            seconds = retry_after(error.response)
            if error.response.status_code == httpx.codes.TOO_MANY_REQUESTS and seconds:
                pacing.hold(costs, seconds)
            raise

    async def _send_now(self, request: RequestInformation) -> httpx.Response:
        # typed as returning nothing, but it returns what the response handler gives
        send = cast("Callable[..., Awaitable[httpx.Response]]", self._adapter.send_no_response_content_async)
        return (await send(request, None)).raise_for_status()
