#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Which sources of one target are compiled together (CMake's UNITY_GROUP), most of whose time goes into
headers otherwise. Two sources share a group only if neither mentions a name that the other one keeps for
itself (unnamed namespace, static, using, macro): so that no name means something else for its neighbours.

usage: unity_groups.py LIST; each line of LIST: target|source;source...
Prints CMake's lines; a source that is in none of them is compiled alone."""
import re
import sys

MOST_SOURCES = 8
MOST_LINES = 2400
UNQUALIFIED = r"(?<![\w.:>])([A-Za-z_]\w*)"
WORD = re.compile(UNQUALIFIED + r"|(?<=[^-]>)([A-Za-z_]\w*)")
CALL = re.compile(UNQUALIFIED + r"\s*\(")
TYPE = re.compile(r"\b(?:struct|class|union|enum|concept)\s+(?:class\s+)?([A-Za-z_]\w*)")
DECLARED = re.compile(r"([A-Za-z_]\w*)\s*(\(|[{=;]|\[(?!\[))")
CONSTANT = re.compile(r"\b(k[A-Z]\w*)\s*[={\[]")
USING = re.compile(r"^using\s+(?:namespace\s+)?(?:[\w:]*::)?(\w+)(\s*=)?")
COMMENT_OR_STRING = re.compile(r'//[^\n]*|"(?:\\.|[^"\\\n])*"')


class Source:
    def __init__(self, path):
        self.path = path
        text = COMMENT_OR_STRING.sub(lambda found: '""' if found.group()[0] == '"' else "", open(path, encoding="utf-8").read())
        self.alone = "#undef" in text
        self.lines = text.count("\n")
        self.words = {a or b for a, b in WORD.findall(text)}
        self.calls = set(CALL.findall(text))
        self.functions, self.others, self.used = set(), set(), set()
        self.read_names(text)

    def read_names(self, text):
        """What stands at the beginning of a line in an unnamed namespace: the sources are formatted by a tool."""
        inside = False
        for line in text.splitlines():
            if line.startswith("namespace {"):
                inside = True
            elif line.startswith("#define"):
                self.others.add(line.split()[1].split("(")[0])
            elif using := USING.match(line):
                (self.others if using.group(2) else self.used).add(using.group(1))
            elif line.startswith("namespace ") and "=" in line:
                self.used.add(line.split()[1])
            elif inside and line.startswith("}  "):
                inside = False
            elif (inside or line.startswith("static ")) and line[:1].isalpha():
                self.others.update(TYPE.findall(line) + CONSTANT.findall(line))
                if declared := DECLARED.search(line.split("noexcept")[0]):
                    (self.functions if declared.group(2) == "(" else self.others).add(declared.group(1))

    def hides_from(self, other):
        return (self.functions & other.calls or self.others & other.words
                or (self.functions | self.others) & (other.functions | other.others | other.used))


def fits(source, group):
    if len(group) >= MOST_SOURCES or sum(one.lines for one in group) + source.lines > MOST_LINES:
        return False
    return not any(source.hides_from(one) or one.hides_from(source) for one in group)


def grouped(paths):
    groups = []
    for path in paths:
        source = Source(path)
        if source.alone:
            continue
        group = next((group for group in groups if fits(source, group)), None)
        if group is None:
            group = []
            groups.append(group)
        group.append(source)
    return [[source.path for source in group] for group in groups if len(group) > 1]


def main():
    for line in open(sys.argv[1], encoding="utf-8").read().replace("\n;", "\n").splitlines():
        target, sources = line.split("|")
        groups = grouped(sources.split(";"))
        if groups:
            print(f"sudare_unity_target({target})")
        for number, group in enumerate(groups):
            print("set_source_files_properties({} TARGET_DIRECTORY {} PROPERTIES UNITY_GROUP {}_{})".format(
                " ".join(f'"{path}"' for path in group), target, target, number))


main()
