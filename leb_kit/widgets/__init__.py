"""Interactive views for notebooks and apps: state in traits, one ``.py`` and one ``.js`` each.

``flow_scheme``   the flow scheme of a balance, five columns from sources to end uses
``target_panel``  the three 20|20|20 targets side by side
"""

from leb_kit.widgets.flow_scheme import FlowScheme

__all__ = ["FlowScheme"]
