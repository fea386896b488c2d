"""Runs the model's graph: each node after those it needs. Rasa's own runner plans every run anew, with dask, and writes it to a log."""

from __future__ import annotations

from dataclasses import replace
from graphlib import TopologicalSorter
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from rasa.core.policies.rule_policy import RulePolicy
from rasa.engine.graph import ExecutionContext, GraphNode, GraphNodeHook, GraphSchema
from rasa.engine.runner.interface import GraphRunner
from rasa.engine.storage.storage import ModelStorage
from rasa.graph_components.providers.domain_provider import DomainProvider

from bot.assistant.quick_rules import QuickRules
from bot.assistant.stored_domain import StoredDomain

_QUICKER = {DomainProvider: StoredDomain, RulePolicy: QuickRules}  # components that give the same in less time


class OrderedGraphRunner(GraphRunner):
    """One node after the other, in an order found once for each set of targets."""

    def __init__(self, schema: GraphSchema, nodes: Mapping[str, GraphNode]) -> None:
        self._schema, self._nodes = schema, nodes
        self._orders: Dict[Tuple[str, ...], Sequence[Tuple[str, Sequence[str]]]] = {}  # by targets: names, and what each needs

    @classmethod
    def create(
        cls,
        graph_schema: GraphSchema,
        model_storage: ModelStorage,
        execution_context: ExecutionContext,
        hooks: Optional[List[GraphNodeHook]] = None,
    ) -> OrderedGraphRunner:
        """The runner, its components loaded."""
        made = {
            name: GraphNode.from_schema_node(
                name, replace(node, uses=_QUICKER.get(node.uses, node.uses)), model_storage, execution_context, hooks
            )
            for name, node in graph_schema.nodes.items()
        }
        return cls(graph_schema, made)

    def run(self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None) -> Dict[str, Any]:
        """What each target gives, by its name."""
        wanted = tuple(targets or self._schema.target_names)
        if wanted not in self._orders:
            self._orders[wanted] = self._order(wanted)
        done: Dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._orders[wanted]:
            done[name] = self._nodes[name](*(done.get(need, need) for need in needs))
        return {name: done[name][1] for name in wanted}

    def _order(self, targets: Sequence[str]) -> Sequence[Tuple[str, Sequence[str]]]:
        needs = {name: tuple(node.needs.values()) for name, node in self._schema.minimal_graph_schema(list(targets)).nodes.items()}
        return [(name, needs[name]) for name in TopologicalSorter(needs).static_order() if name in needs]
