"""``tiaoju staff password``: a line for the settings that lets staff in from other machines."""

from __future__ import annotations

import argparse
import getpass
import sys


def add(parser: argparse.ArgumentParser) -> None:
    """The command's arguments."""
    commands = parser.add_subparsers(required=True, metavar="操作")
    password = commands.add_parser("password", help="设置工作人员网页的密码：显示要写进 .env 的一行")
    password.set_defaults(run=_password)


def _password(arguments: argparse.Namespace, settings: object) -> int:
    from assistant.staff import hash_password

    typed = getpass.getpass("新密码（至少十个字符，输入时不显示）：") if sys.stdin.isatty() else sys.stdin.readline()
    typed = typed.rstrip("\r\n")
    if sys.stdin.isatty() and getpass.getpass("再输入一次：") != typed:
        print("两次输入的不一样，没有设置。", file=sys.stderr)
        return 1
    try:
        line = hash_password(typed)
    except ValueError as error:
        print(f"没有设置：{error}。", file=sys.stderr)
        return 1
    print(f"请把下面这一行写进 .env，重新启动：\nTIAOJU_STAFF_PASSWORD_HASH='{line}'")
    return 0
