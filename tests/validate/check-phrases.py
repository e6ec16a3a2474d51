#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Translations keep what a program, or a hand on the keyboard, relies on.

check-phrases.py: the key that is underlined, the ellipsis that tells that there is more to ask,
a colon, the spaces around, options and conversions. Whether each is whole, msgfmt knows.
And the originals have one word for one thing.
"""

import gettext
import io
import pathlib
import re
import shutil
import subprocess
import sys

# What may stand for the last character of the original.
ENDS = {'…': '…', ':': ':：'}

CONVERSION = re.compile(r'%(?:\d+\$)?[-+0\' #]*[\d.*]*(?:hh|h|ll|l|z|j|t)?[a-zA-Z%]')
OPTION = re.compile(r'(?<![\w-])--[a-z][a-z-]+')


# Dates, which are told in another order, by other conversions.
DATE = re.compile(r'%-?[AbBY]')

# They have the space in them that others have beside them.
WIDE = '、，：；（）'


# Words for which there is another one; see po/GLOSSARY.md.
OTHERS = {'target': 'destination', 'directory': 'folder', 'directories': 'folders',
          'device': 'computer', 'machine': 'computer'}


def keys(text):
    """The letters that are underlined; words such as LC_ALL have none."""
    return re.findall(r'(?<![A-Z]{2})_(\w)', text)


def conversions(text):
    """In any order; one that is numbered is the same as one that is not."""
    return sorted(re.sub(r'\d+\$', '', each) for each in CONVERSION.findall(text))


def spaces(original, translation):
    """What is at the beginning, and at the end, of both."""
    edges = []
    for text in original, translation:
        bare = text.strip(' \n\t')
        start = text.index(bare)
        edges.append([text[:start], text[start + len(bare):]])
    bare = translation.strip()
    for side, end in enumerate((bare[:1], bare[-1:])):
        if end and end in WIDE:
            edges[0][side] = edges[0][side].replace(' ', '')
    return edges


def faults(original, translation, plural):
    """What is wrong with one translation."""
    if len(keys(translation)) != len(keys(original)):
        yield 'has other underlined keys'
    before, after = spaces(original, translation)
    if before != after:
        yield 'has other spaces around'
    last = original.strip()[-1:]
    end = translation.strip()[-1:]
    if last in ENDS and end not in ENDS[last]:
        yield f'does not end with “{last}”'
    if last not in ENDS and end in ('…', ':', '：'):
        yield f'ends with “{end}”'
    if sorted(OPTION.findall(translation)) != sorted(OPTION.findall(original)):
        yield 'has other options'
    # Of a plural, one form may say “a file” where another has a number.
    if not plural and not DATE.search(original) and \
            conversions(translation) != conversions(original):
        yield 'has other conversions'


def other_words(original):
    """Which words of the original are called otherwise elsewhere; options may keep theirs."""
    for word in re.findall(r'(?<![\w-])[a-z]+', original.lower()):
        if word in OTHERS:
            yield f'has “{word}”, which is “{OTHERS[word]}” elsewhere'


def catalogue(path):
    """Pairs of text and translation, and whether it depends on a number."""
    compiled = subprocess.run(['msgfmt', '--output-file=-', path], check=True,
                              stdout=subprocess.PIPE).stdout
    # The only way of the standard library to all that is in one.
    entries = gettext.GNUTranslations(io.BytesIO(compiled))._catalog
    for key, translation in entries.items():
        text = key[0] if isinstance(key, tuple) else key
        if text:
            yield text.split('\4')[-1], translation, isinstance(key, tuple)


def check_itself():
    """It is no use if it finds nothing."""
    wrong = {
        'O_pen': 'Öffnen', 'Open': '_Öffnen', 'Open…': 'Öffnen', 'Close': 'Zu…', 'Size:': 'Größe',
        ' at ': 'um', '%s of %d': '%s', 'see --help': 'siehe', 'Two\n': 'Zwei',
    }
    right = {
        'O_pen…': '打开(_O)…', 'Size:': '大小：', '%s of %d': '%2$d, %1$s', ' at ': ' um ',
        'at %s: ': '在 %s：',
        'set LC_ALL': 'LC_ALL setzen', 'see --help': 'siehe --help', '%d %%': '%d %%',
        '%-e %b': '%-m月%-e日',
    }
    for original, translation in wrong.items():
        assert list(faults(original, translation, False)), (original, translation)
    for original, translation in right.items():
        assert not list(faults(original, translation, False)), (original, translation)
    assert len(list(other_words('The Target is a directory'))) == 2
    assert not list(other_words('-T, --no-target-directory'))


def main():
    if not shutil.which('msgfmt'):
        print('msgfmt is not installed')
        return 77

    check_itself()
    problems = 0
    for path in sorted(pathlib.Path('po').glob('*.po')):
        for original, translation, plural in catalogue(path):
            for fault in faults(original, translation, plural):
                print(f'{path}: “{translation}” for “{original}” {fault}')
                problems += 1
            for fault in other_words(original):
                print(f'{path}: “{original}” {fault}')
                problems += 1
    return 1 if problems else 0


sys.exit(main())
