"""PyYAML with the core schema of YAML 1.2: what a text stands for, or why it is none.

PyYAML reads YAML 1.1. Its scanner, parser and composer are taken as they are; what a scalar stands for is the
core schema's, and a key is its text. What JSON cannot hold is an error, and so is a key that is given twice.
"""

import re

import yaml

CORE = {
    "bool": (r"true|True|TRUE|false|False|FALSE", "tTfF"),
    "int": (r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    "float": (
        r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?(?:\.inf|\.Inf|\.INF)|\.nan|\.NaN|\.NAN",
        "-+.0123456789",
    ),
    "null": (r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    "merge": (r"<<", "<"),
}
PATTERNS = {kind: re.compile(f"(?:{pattern})$") for kind, (pattern, _) in CORE.items()}
PREFIX = "tag:yaml.org,2002:"


class Refused(yaml.YAMLError):
    """The text is YAML, and no configuration."""


class Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}
    yaml_constructors = {}

    def construct_mapping(self, node, deep=False):
        self.flatten_mapping(node)
        return {key.value: self.construct_object(value, deep=deep) for key, value in node.value}


# In the order in which a scalar that fits two of them is resolved.
for kind in ["bool", "int", "float", "null", "merge"]:
    Loader.add_implicit_resolver(PREFIX + kind, PATTERNS[kind], list(CORE[kind][1]))


def scalar(kind, convert):
    def construct(loader, node):
        text = loader.construct_scalar(node)
        if kind != "str" and not PATTERNS["int" if kind == "int" else kind].match(text):
            if not (kind == "float" and PATTERNS["int"].match(text)):
                raise Refused(f"{text!r} is no {kind}")
        return convert(text)

    Loader.add_constructor(PREFIX + kind, construct)


def integer(text):
    return int(text, {"0x": 16, "0o": 8}.get(text[:2], 10))


def fraction(text):
    if "inf" in text.lower() or "nan" in text.lower():
        raise Refused("JSON has no infinity")
    return float(integer(text)) if PATTERNS["int"].match(text) else float(text)


scalar("str", str)
scalar("null", lambda text: None)
scalar("bool", lambda text: text.lower() == "true")
scalar("int", integer)
scalar("float", fraction)
def unknown(loader, node):
    raise Refused(f"the tag {node.tag}")


Loader.add_constructor(None, unknown)
Loader.add_constructor(PREFIX + "seq", yaml.SafeLoader.construct_yaml_seq)
Loader.add_constructor(PREFIX + "map", yaml.SafeLoader.construct_yaml_map)


def check(loader, node, above=(), done=None):
    """What PyYAML lets pass: keys that are no text or given twice, and values that contain themselves."""
    done = set() if done is None else done
    if id(node) in above:
        raise Refused("an alias inside what it repeats")
    if id(node) in done:
        return
    done.add(id(node))
    above = above + (id(node),)
    if isinstance(node, yaml.SequenceNode):
        for element in node.value:
            check(loader, element, above, done)
    elif isinstance(node, yaml.MappingNode):
        keys = set()
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise Refused("a key that is no text")
            if key.value == "" and key.style is None:
                raise Refused("a key that is missing")
            if key.value in keys:
                raise Refused(f"the key {key.value!r} twice")
            keys.add(key.value)
            if key.tag != loader.resolve(yaml.ScalarNode, key.value, (not key.style, bool(key.style))):
                loader.construct_object(key)
            check(loader, key, above, done)
            check(loader, value, above, done)


def read(data):
    """The value of a text of bytes; raises an exception if it has none."""
    loader = Loader(data)
    try:
        node = loader.get_single_node()
        if node is None:
            raise Refused("the text is empty")
        check(loader, node)
        return loader.construct_document(node)
    finally:
        loader.dispose()


def same(left, right):
    """Whether two values are equal, and of the same kinds: 1 is not 1.0 and not true."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(left[key], right[key]) for key in left)
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return left == right
