"""Which keys the schema knows at a key path, in its own order."""

from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel

from handprint.core.errors import KeyPath

__all__ = ["known_keys"]


def known_keys(schema: type[BaseModel], path: KeyPath) -> list[str]:
    """Return the keys that the schema knows at ``path``."""
    annotation: Any = schema
    for part in path:
        model = _model(annotation)
        if model is None:
            annotation = _item(annotation)
            continue
        if "inline" in model.model_fields:  # a factor written into the case
            model = _model(model.model_fields["inline"].annotation) or model
        field = next((f for n, f in model.model_fields.items() if (f.alias or n) == part), None)
        annotation = field.annotation if field else None
    model = _model(annotation)
    if model is not None and "inline" in model.model_fields:
        model = _model(model.model_fields["inline"].annotation)
    if model is None:
        return []
    return [f.alias or n for n, f in model.model_fields.items()]


def _model(annotation: Any) -> type[BaseModel] | None:
    for option in _options(annotation):
        if isinstance(option, type) and issubclass(option, BaseModel):
            return option
    return None


def _item(annotation: Any) -> Any:
    """Return the type of the values of a list or mapping type."""
    for option in _options(annotation):
        if get_origin(option) in (list, dict):
            return get_args(option)[-1]
        if get_origin(option) is tuple:
            return get_args(option)[0]
    return None


def _options(annotation: Any) -> list[Any]:
    """Return the members of a union, without None and without annotations."""
    if hasattr(annotation, "__metadata__"):
        return _options(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [o for a in get_args(annotation) if a is not NoneType for o in _options(a)]
    return [annotation]
