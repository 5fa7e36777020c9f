"""Documents of all kinds, drawn at random: most are YAML, and the rest were before a few characters changed."""

import random

WORDS = [
    "lr", "batch_size", "optimizer.name", "a b", "x", "é", "日本", "http://x/y", "a:b", "c#d", "it's", "-x", ":y",
    "?z", "a - b", "${args}", "${env}", "--epochs=5", "1st", "10_000_000", "01:30", "no", "yes", "on", "off",
    "2001-01-01", "None", "nul", "=", "<", "a,b", "[x", "key", "value", "method", "grid", "n", "y", "\U0001f600",
    "a\\b", 'say "x"', "a & b", "a*b", "b!", "50%", "u@h", "`", "x|y", "x>y", "e5", "0b11", "1e", "+", "--", "..",
    "0o8", "0xg", "1.2.3", "1,000", "5 ", "f(x)", "a?b",
]
NUMBERS = [
    "0", "1", "-1", "+7", "007", "42", "1e-5", "1E+3", "1.5", "-0.0", ".5", "5.", "-.5e2", "1.e3", "0x1F", "0o17",
    "1e-05", "9223372036854775808", "123456789012345678901234567890", "0.1", "1.0", "3.14159", "2e10", "-0", "+.5",
    "0x0", "0.0001", "1e400",
]
SPECIAL = [
    "true", "True", "TRUE", "false", "False", "FALSE", "null", "Null", "NULL", "~", ".inf", "-.Inf", ".nan", ".NAN",
]
ESCAPES = [
    "\\n", "\\t", "\\\\", '\\"', "\\/", "\\x41", "\\u00e9", "\\U0001F600", "\\0", "\\a", "\\e", "\\_", "\\N", "\\L",
    "\\ ", "\\r", "\\b", "\\v", "\\f", "\\P",
]
EDITS = list(":-#?[]{},&*!|>'\"%@`~ \n\\=<.0123456789aeExo+_") + [": ", " #", "- ", "? ", "\n\n", "...", "---", "\t"]


class Writer:
    """Writes one document."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.anchors = []
        self.names = 0
        self.count = 0

    def chance(self, share):
        return self.random.random() < share

    def pick(self, options):
        return self.random.choice(options)

    # Scalars on one line.

    def words(self, in_flow=False):
        word = " ".join(self.pick(WORDS) for _ in range(self.random.randint(1, 3)))
        return word.translate({ord(c): "_" for c in ",[]{}?"}) if in_flow else word

    def single(self):
        return "'" + self.words().replace("'", "''") + "'"

    def double(self):
        parts = [self.words().replace("\\", "\\\\").replace('"', '\\"')]
        while self.chance(0.4):
            parts.append(self.pick(ESCAPES))
        self.random.shuffle(parts)
        return '"' + "".join(parts) + '"'

    def scalar(self, in_flow=False):
        kind = self.random.random()
        if kind < 0.3:
            return self.words(in_flow)
        if kind < 0.55:
            return self.pick(NUMBERS)
        if kind < 0.65:
            return self.pick(SPECIAL)
        if kind < 0.75:
            return self.single()
        if kind < 0.9:
            return self.double()
        tag = self.pick(["!!str ", "!!int ", "!!float ", "!!bool ", "!!null ", "!<tag:yaml.org,2002:str> "])
        text = {
            "!!int ": ["5", "'5'", "0x10", "-3"], "!!float ": ["5", "1e-5", "'2.5'", "-0"],
            "!!bool ": ["true", "'False'"], "!!null ": ["~", "null", "''"],
        }.get(tag, ["5", "true", "x y", "'q'", "~"])
        return tag + self.pick(text)

    def key(self, in_flow=False):
        self.count += 1
        if self.chance(0.12):
            return self.pick(["'", '"']).join(["", f"k {self.count}", ""])
        if self.chance(0.1):
            return self.pick(NUMBERS + SPECIAL) + f"{self.count}"
        if self.chance(0.03):
            return self.pick(NUMBERS + SPECIAL)
        word = self.pick(["k", "lr", "p.", "a b", "é", "x-", "A"])
        return f"{word}{self.count}"

    # Scalars over several lines.

    def folded_lines(self, indent):
        """Line breaks and blanks between the words of a plain or a quoted text."""
        gap = "\n" * self.pick([1, 1, 1, 2, 3])
        return self.pick(["", "", " ", "  "]) + gap + " " * (indent + self.pick([0, 0, 1, 3]))

    def long_text(self, indent):
        quote = self.pick(["", "", "'", '"'])
        words = [self.pick(["one", "two", "it", "a:b", "x#y", "5", "é"]) for _ in range(self.random.randint(2, 5))]
        text = words[0]
        for word in words[1:]:
            if quote == '"' and self.chance(0.2):
                text += self.pick(["\\", " \\"]) + "\n" + " " * indent
            else:
                text += self.folded_lines(indent) if self.chance(0.6) else " "
            text += word
        return quote + text + quote

    def block_text(self, indent, parent):
        lines = []
        for _ in range(self.random.randint(0, 5)):
            if self.chance(0.25):
                lines.append(self.pick(["", "", " ", " " * (parent + 1)]))
            else:
                shift = self.pick([0, 0, 0, 1, 2])
                text = self.pick(["text", "a: b", "# no comment", "- x", "'", "é", "two  words ", "\tt", "{", "---"])
                lines.append(" " * (indent + shift) + text)
        mark = self.pick("|>")
        header = [self.pick(["", "", "-", "+"])]
        if self.chance(0.25):
            header.append(str(max(indent - max(parent, 0), 1)))
        self.random.shuffle(header)
        comment = " # comment" if self.chance(0.1) else ""
        return mark + "".join(header) + comment + "".join("\n" + line for line in lines)

    # Collections.

    def properties(self):
        if not self.chance(0.08):
            return "", None
        self.names += 1
        name = f"a{self.names}"
        return f"&{name} ", name

    def gap(self):
        if self.chance(0.12):
            return "\n" + " " * self.random.randint(1, 6)
        if self.chance(0.03):
            return " # comment, [\n  "
        return self.pick(["", " "])

    def flow(self, depth):
        if self.anchors and self.chance(0.08):
            return "*" + self.pick(self.anchors) + " "
        mark, name = self.properties()
        if depth <= 0 or self.chance(0.5):
            text = self.scalar(in_flow=True)
        elif self.chance(0.5):
            parts = [self.gap() + self.flow(depth - 1) for _ in range(self.random.randint(0, 4))]
            if parts and self.chance(0.1):
                parts.append(self.gap() + self.key(True) + ": " + self.flow(0))
            text = "[" + ",".join(parts) + self.trailing(parts) + "]"
        else:
            parts = []
            for _ in range(self.random.randint(0, 4)):
                key = self.key(True)
                colon = ":" if key[0] in "'\"" and self.chance(0.3) else ": "
                value = self.flow(depth - 1)
                if colon == ":" and value[0] == ":":
                    colon = ": "
                parts.append(self.gap() + (key if self.chance(0.05) else key + colon + value))
            text = "{" + ",".join(parts) + self.trailing(parts) + "}"
        if name:
            self.anchors.append(name)
        return mark + text

    def trailing(self, parts):
        return "," if parts and self.chance(0.08) else self.gap()

    def rest_of_line(self):
        return self.pick(["", "", "", "", "  ", " # comment: [", "\n# comment", "\n", "\n   # c"])

    def value(self, depth, indent):
        """What stands behind `key:` or `-` of a block in the column `indent`: it begins with a blank or a line break."""
        kind = self.random.random()
        if depth > 0 and kind < 0.4:
            mark, name = self.properties()
            inner = indent + self.pick([1, 2, 2, 2, 4])
            body = self.block(depth - 1, inner)
            if name:
                self.anchors.append(name)
            return (" " + mark).rstrip() + self.rest_of_line() + "\n" + body
        if kind < 0.5:
            return " " + self.flow(min(depth, 2)).rstrip() + self.rest_of_line()
        if kind < 0.6:
            return " " + self.long_text(indent + 1) + self.rest_of_line()
        if kind < 0.7:
            return " " + self.block_text(indent + self.pick([1, 2, 4]), indent)
        if kind < 0.75:
            return self.rest_of_line()
        if self.anchors and kind < 0.8:
            return " *" + self.pick(self.anchors)
        mark, name = self.properties()
        text = self.scalar()
        if name:
            self.anchors.append(name)
        return self.pick([" ", " ", " ", "  ", "\n" + " " * (indent + 1)]) + mark + text + self.rest_of_line()

    def block(self, depth, indent):
        return self.list(depth, indent) if self.chance(0.4) else self.mapping(depth, indent)

    def list(self, depth, indent):
        lines = []
        for _ in range(self.random.randint(1, 4)):
            if depth > 0 and self.chance(0.25):
                inner = indent + 2
                lines.append(" " * indent + "- " + self.block(depth - 1, inner).lstrip(" "))
            else:
                lines.append(" " * indent + "-" + self.value(depth, indent))
        return "\n".join(lines)

    def mapping(self, depth, indent):
        lines = []
        for _ in range(self.random.randint(1, 5)):
            key = self.key()
            if self.chance(0.04):
                lines.append(" " * indent + "? " + key)
                if self.chance(0.8):
                    lines.append(" " * indent + ":" + self.value(depth, indent))
            elif depth > 0 and self.chance(0.1):
                lines.append(" " * indent + key + ":\n" + self.list(depth - 1, indent))
            else:
                mark, name = self.properties()
                lines.append(" " * indent + mark + key + ":" + self.value(depth, indent))
                if name:
                    self.anchors.append(name)
        if self.anchors and self.chance(0.08):
            lines.append(" " * indent + "<<: " + self.pick(["*", "[*"]) + self.pick(self.anchors))
            lines[-1] += "]" if "[" in lines[-1] else ""
        return "\n".join(lines)

    # The document.

    def document(self):
        if self.chance(0.03):
            body = self.flow(2)
        elif self.chance(0.02):
            body = self.scalar()
        else:
            body = self.block(self.random.randint(0, 3), 0)
        head = self.pick(["", "", "", "", "# comment\n", "---\n", "%YAML 1.2\n---\n", "\n", "--- # comment\n"])
        text = head + body + self.pick(["\n", "\n", "\n", "", "\n\n", "\n...\n", "\n# end"])
        if self.chance(0.35):
            for _ in range(self.random.randint(1, 3)):
                text = self.edited(text)
        if self.chance(0.04):
            text = text.replace("\n", "\r\n")
        if self.chance(0.01):
            text = "\ufeff" + text
        return text

    def edited(self, text):
        if not text:
            return text
        place = self.random.randrange(len(text))
        kind = self.random.random()
        if kind < 0.3:
            return text[:place] + text[place + 1 :]
        if kind < 0.7:
            return text[:place] + self.pick(EDITS) + text[place:]
        if kind < 0.75:
            return text[:place]
        lines = text.split("\n")
        line = self.random.randrange(len(lines))
        if kind < 0.85:
            lines[line] = " " + lines[line] if self.chance(0.5) else lines[line][1:]
        elif kind < 0.92:
            lines.insert(line, self.pick(lines))
        else:
            del lines[line]
        return "\n".join(lines)
