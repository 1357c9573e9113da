"""`python -m briefwright` and the `briefwright` command."""

from briefwright.cli import main

if __name__ == "__main__":
    main()
