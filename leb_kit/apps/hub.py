"""One page server for everybody who signs in at a JupyterHub: a service of the Hub, not a server each.

A visitor is whoever the Hub says, and sees the page only; code, files and terminals stay out of reach,
because what serves is the standalone Voilà of ``server``. Needs the extra ``leb_kit[hub]``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler

from leb_kit.apps.server import voila_command

if TYPE_CHECKING:
    from jupyterhub.services.auth import HubOAuth

NAME: Final = "leb"
PORT: Final = 8955


def hub_service(
    notebook: str | os.PathLike[str], *, name: str = NAME, port: int = PORT, preheated: int = 2
) -> dict[str, Any]:
    """Return the entry of ``c.JupyterHub.services`` that serves pages to everybody with the right.

    The right is ``access:services!service=leb``: give it in ``c.JupyterHub.load_roles``.

    Parameters
    ----------
    notebook : str or path
        An app notebook, or the folder that holds some.
    name : str
        Name of the service; the pages stand below ``/services/<name>/``.
    port : int
        Port of this machine that the Hub's proxy forwards to.
    preheated : int
        Pages kept ready in advance.

    Examples
    --------
    >>> entry = hub_service("voila_apps/territorio.ipynb")
    >>> entry["name"], entry["url"], entry["command"][-1]
    ('leb', 'http://127.0.0.1:8955', '--Voila.identity_provider_class=leb_kit.apps.hub.HubIdentity')
    """
    command = voila_command(notebook, port=port, base_url=f"/services/{name}/", preheated=preheated)
    identity = f"{HubIdentity.__module__}.{HubIdentity.__qualname__}"
    return {
        "name": name,
        "url": f"http://127.0.0.1:{port}",
        "command": [*command, f"--Voila.identity_provider_class={identity}"],
        # the page asks nothing of a visitor but who he is, and the administrator has said yes to that
        "oauth_no_confirm": True,
    }


class HubIdentity(IdentityProvider):
    """Ask the Hub who a visitor is and whether he may see the pages; nobody else comes in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        from jupyterhub.services.auth import HubOAuth

        self.hub: HubOAuth = HubOAuth(parent=self)

    @property
    def auth_enabled(self) -> bool:
        """Always: who is not signed in is sent to the Hub."""
        return True

    async def get_user(self, handler: JupyterHandler) -> User | None:  # type: ignore[override]
        """Return the visitor that the Hub lets in, and set the cookie that closing a page asks for."""
        token = self.hub.get_token(handler)
        known = await self.hub.user_for_token(token, sync=False) if token else None
        if not known or not self.hub.check_scopes(self.hub.access_scopes, known):
            return None
        user = User(username=known["name"], name=known["name"])
        if handler.request.method == "GET":
            handler.current_user = user  # the token looks at it
            _ = handler.xsrf_token
        return user

    def get_handlers(self) -> list[tuple[str, object]]:
        """Return the two ends of the way to the Hub and back."""
        from jupyterhub.services.auth import HubOAuthCallbackHandler

        hub, prefix = self.hub, os.environ["JUPYTERHUB_SERVICE_PREFIX"]

        class Callback(HubOAuthCallbackHandler):
            """The Hub sends the visitor back here, with a code to be changed for a token."""

            hub_auth = hub

            def prepare(self) -> None:
                """Nobody is signed in yet: nothing is to be checked."""

        class Login(JupyterHandler):
            """Whoever is not signed in goes to the Hub, and comes back to the page he asked for."""

            def prepare(self) -> None:  # type: ignore[override]
                """Nobody is signed in yet: nothing is to be checked."""

            def get(self) -> None:
                """Go to the Hub."""
                asked = self.get_argument("next", prefix)
                # only pages of ours: an address of another host would make this a way to anywhere
                page = asked if asked.startswith(prefix) else prefix
                state = hub.set_state_cookie(self, next_url=page)
                mark = "&" if "?" in hub.login_url else "?"
                self.redirect(f"{hub.login_url}{mark}state={state}")

        return [(f"{prefix}oauth_callback", Callback), (f"{prefix}login", Login)]
