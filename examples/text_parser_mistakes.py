"""The parser of `text_parser.py`, with the two mistakes that slices invite.

mypy, with the plugin, reports both lines before anything runs; and each function raises when it is called. Every
mistake has the correct version beside it.
"""

from owned import BorrowMutError, BorrowOutlivesOwnerError, OwnershipError, Str, String


def first_token(line: Str) -> Str:
    """Lend the first token of a line; it lives as long as the line's owner."""
    return line.split(" ", 1)[0]


def token_kept_too_long(text: str) -> str:
    """The token is used after the buffer that it is a slice of was dropped."""
    with String(text, name="line") as line:
        token = first_token(line.as_str())
    return token.upper()


def token_used_in_time(text: str) -> str:
    """What is needed of the token is taken before its buffer ends."""
    with String(text, name="line") as line:
        return first_token(line.as_str()).upper()


def buffer_grown_too_early(text: str) -> int:
    """The buffer grows, and may move in memory, while a token of it is still used."""
    line = String(text, name="line")
    token = first_token(line.as_str())
    line.push_str(" and more")
    return len(token) + len(line)


def buffer_grown_in_time(text: str) -> int:
    """The token has ended before the buffer grows."""
    line = String(text, name="line")
    size = len(first_token(line.as_str()))
    line.push_str(" and more")
    return size + len(line)


MISTAKES = (
    (token_kept_too_long, BorrowOutlivesOwnerError, token_used_in_time),
    (buffer_grown_too_early, BorrowMutError, buffer_grown_in_time),
)


def main() -> None:
    """Call each mistake, show what is raised, and what the correct version gives."""
    for mistake, expected, correct in MISTAKES:
        try:
            mistake("alpha beta")
        except OwnershipError as error:
            as_expected = "" if type(error) is expected else ", NOT as expected"
            print(f"{mistake.__name__}: {type(error).__name__}{as_expected}: {error}")
        print(f"{correct.__name__}: {correct('alpha beta')}")


if __name__ == "__main__":
    main()
