#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that the common library offers says what it means, who owns what, which
threads may call it, and how it fails. (That links lead somewhere is for gi-docgen to see,
which is not everywhere.)"""

import pathlib
import re
import sys

FOLDER = pathlib.Path('libcommon')
NAME = re.compile(r'(LY_[A-Z0-9_]+|Ly\w+(?:::[a-z-]+)?|ly_\w+):(.*)')
FUNCTION = re.compile(r'^(\w[\w\s]*?[\s*]+)(ly_\w+)\s*\(([^;]*?)\)[\sA-Z_]*;', re.M)
CALLBACK = re.compile(r'typedef\s+([\w\s]+?[\s*]+)\(\*(Ly\w+)\)\s*\(([^;]*?)\);')
RECORD = re.compile(r'typedef (?:struct|enum)\s*\{(.*?)\}\s*(Ly\w+);', re.S)
OPAQUE = re.compile(r'typedef struct _Ly\w+ (Ly\w+);')
OBJECT = re.compile(r'G_DECLARE_\w+_TYPE \((Ly\w+), ly_(\w+),')
MACRO = re.compile(r'^#define (LY_(?!TYPE_)\w+)', re.M)
SIGNAL = re.compile(r'g_signal_new \("([a-z-]+)", LY_TYPE_(\w+)')

problems = 0


def problem(text):
    global problems
    print(text)
    problems += 1


class Block:
    """One comment: its parameters, its text and what it returns, each on one line."""

    def __init__(self, annotations, lines):
        self.annotations = annotations
        self.parameters = {}
        self.text = ''
        self.returns = ''
        part = None
        for line in lines:
            parameter = re.match(r'@(\w+): *(.*)', line)
            if parameter and not self.text:
                part = parameter[1]
                self.parameters[part] = parameter[2]
            elif line.startswith('Returns:'):
                part = 'Returns:'
                self.returns = line[len(part):]
            elif not line:
                part = None
            elif part == 'Returns:':
                self.returns += ' ' + line
            elif part:
                self.parameters[part] += ' ' + line
            else:
                self.text += line + ' '


def read_blocks():
    blocks = {}
    for path in sorted(FOLDER.glob('ly-*.[ch]')):
        for comment in re.findall(r'/\*\*\n(.*?)\*/', path.read_text(), re.S):
            lines = [re.sub(r'^\s*\* ?', '', line).strip() for line in comment.splitlines()]
            name = NAME.match(lines[0])
            if name:
                blocks[name[1]] = Block(name[2], lines[1:])
            else:
                problem(f'{path}: a comment for nothing: {lines[0]}')
    return blocks


def public_headers():
    build = (FOLDER / 'meson.build').read_text()
    names = re.findall(r"'(ly-[\w-]+\.h)'", build[:build.index('common_sources')])
    everything = (FOLDER / 'lanyard-common.h').read_text()
    for name in names:
        if f'"{name}"' not in everything:
            problem(f'{FOLDER}/lanyard-common.h: does not include {name}')
    return [FOLDER / name for name in names]


def split(parameters):
    """The type and the name of each parameter."""
    if parameters.strip() == 'void':
        return []
    pairs = []
    for parameter in parameters.split(','):
        match = re.fullmatch(r'\s*(.*?)(\w+)\s*', parameter, re.S)
        pairs.append((' '.join(match[1].split()), match[2]))
    return pairs


def check_parameters(name, block, parameters):
    wanted = [parameter for _, parameter in parameters]
    if list(block.parameters) != wanted:
        problem(f'{name}: describes {list(block.parameters)} and not {wanted}')
    for parameter, text in block.parameters.items():
        if not re.sub(r'\([^)]*\):?', '', text).strip():
            problem(f'{name}: @{parameter} is not described')


def is_pointer(kind):
    return kind.endswith('*') or kind == 'gpointer'


def check_ownership(name, block, kind, parameters):
    if is_pointer(kind) and 'const' not in kind and '(transfer' not in block.returns:
        problem(f'{name}: does not say whose the result is')
    for kind, parameter in parameters:
        text = block.parameters.get(parameter, '')
        handed_out = kind.replace(' ', '').endswith('**') and 'const' not in kind
        number = kind in ('gboolean *', 'guint64 *', 'gint64 *', 'gpointer *')
        if parameter != 'error' and (handed_out or number) and '(out' not in text:
            problem(f'{name}: @{parameter} is not marked (out)')
        if handed_out and parameter != 'error' and '(transfer' not in text:
            problem(f'{name}: does not say whose @{parameter} is')
        if kind.startswith('Ly') and kind.endswith('Func') and '(scope' not in text:
            problem(f'{name}: does not say how long @{parameter} may be called')


def check_errors(name, block, parameters):
    if 'GError **' not in [kind for kind, _ in parameters]:
        return
    text = block.parameters.get('error', '')
    if not text.startswith('return location') or not re.search(r'ERROR|error|as for \[', text):
        problem(f'{name}: does not say which errors there are')
    if '@error set' not in block.returns:
        problem(f'{name}: does not say what it returns with an error')


def check_function(name, block, kind, parameters, owner):
    check_parameters(name, block, parameters)
    if not block.text:
        problem(f'{name}: does not say what it does')
    if bool(block.returns.strip()) != (kind != 'void'):
        problem(f'{name}: says {"nothing" if kind != "void" else "something"} of what it returns')
    check_ownership(name, block, kind, parameters)
    check_errors(name, block, parameters)
    if not re.search(r'\bthreads?\b', block.text + (owner.text if owner else '')):
        problem(f'{name}: neither it nor its type says which threads may call it')
    if 'timeout_us' in block.parameters and '_set_' not in name and \
            not re.search(r'\b([Bb]lock|[Ww]ait)', block.text):
        problem(f'{name}: has a timeout, and does not say that it waits')


def check_header(path, blocks, owners):
    code = re.sub(r'/\*.*?\*/', '', path.read_text(), flags=re.S)
    named = {}

    for match in OBJECT.finditer(code):
        named[match[1]] = []
    for match in OPAQUE.finditer(code):
        named[match[1]] = []
    for match in MACRO.finditer(code):
        named[match[1]] = []
    for match in RECORD.finditer(code):
        members = match[1].split(',') if 'LY_' in match[1] else match[1].split(';')
        members = [re.sub(r'=.*', '', member, flags=re.S).split() for member in members]
        named[match[2]] = [member[-1].lstrip('*') for member in members if member]
        if '/*< private >*/' in path.read_text() and match[2] in blocks and \
                not blocks[match[2]].parameters:
            named[match[2]] = []

    for name, members in named.items():
        block = blocks.get(name)
        if block is None or not block.text:
            problem(f'{path}: {name} is not documented')
        else:
            check_parameters(name, block, [('', member) for member in members])

    plain = re.sub(r'^#.*(?:\\\n.*)*$|^G_\w+.*$', '', code, flags=re.M)
    for match in FUNCTION.finditer(plain):
        kind, name, parameters = ' '.join(match[1].split()), match[2], split(match[3])
        if name not in blocks:
            problem(f'{path}: {name} is not documented')
            continue
        fitting = [prefix for prefix in owners if name.startswith(prefix)]
        owner = blocks.get(owners[max(fitting, key=len)]) if fitting else None
        check_function(name, blocks[name], kind, parameters, owner)
    for match in CALLBACK.finditer(plain):
        if match[2] not in blocks or not blocks[match[2]].text:
            problem(f'{path}: {match[2]} is not documented')
        else:
            check_parameters(match[2], blocks[match[2]], split(match[3]))
    return len(FUNCTION.findall(plain))


def check_signals(blocks):
    for path in FOLDER.glob('ly-*.c'):
        for name, kind in SIGNAL.findall(path.read_text()):
            kind = 'Ly' + kind.title().replace('_', '')
            if f'{kind}::{name}' not in blocks:
                problem(f'{path}: {kind}::{name} is not documented')


def main():
    headers = public_headers()
    blocks = read_blocks()
    # Which type a function belongs to, by how its name begins.
    owners = {'ly_task_context_': 'LyTaskContext'}
    for path in headers:
        for kind, stem in OBJECT.findall(path.read_text()):
            owners[f'ly_{stem}_'] = kind

    functions = sum(check_header(path, blocks, owners) for path in headers)
    check_signals(blocks)
    if functions < 100:
        problem(f'only {functions} functions were found')
    print(f'{functions} functions')
    return 1 if problems else 0


sys.exit(main())
