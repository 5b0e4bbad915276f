"""An optional chat model that chooses and shortens sentences of the clauses; off unless it is set up."""

from assistant.model.answerer import ModelAnswerer
from assistant.model.client import Client
from assistant.model.endpoint import Endpoint, open_endpoint
from assistant.settings import Settings


def open_model(settings: Settings) -> ModelAnswerer | None:
    """The answerer for the model that the settings name; None where they name none.

    Raises:
        ModelProblem: the settings contradict each other, a package is missing or a file is no model.
    """
    endpoint = open_endpoint(settings)
    return None if endpoint is None else ModelAnswerer(Client.of(endpoint), endpoint.name, endpoint.place)


__all__ = ["Client", "Endpoint", "ModelAnswerer", "open_endpoint", "open_model"]
