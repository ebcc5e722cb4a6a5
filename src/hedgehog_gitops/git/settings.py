"""How git is started: its environment, its configuration, its limits. Values only.

Made by whoever opens a store (the plugin's runner, the command line) and read by `process.py`.
The service runs hermetically: nothing of the machine's or the user's Git configuration counts.
The command line passes its own environment in, so that the user's helpers and agents work.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ['GitSettings', 'base_environment', 'with_config']

# Set whenever git runs, also on behalf of a user: they keep plumbing predictable.
_ALWAYS = {
    'LC_ALL': 'C',
    'GIT_TERMINAL_PROMPT': '0',
    'GIT_NO_LAZY_FETCH': '1',
    'GIT_NO_REPLACE_OBJECTS': '1',
    'GIT_LITERAL_PATHSPECS': '1',
    'GIT_OPTIONAL_LOCKS': '0',
}
_HERMETIC = {
    # A path below a file cannot exist, so neither .netrc nor any other personal file is found.
    'HOME': '/dev/null',
    'GIT_CONFIG_NOSYSTEM': '1',
    'GIT_CONFIG_GLOBAL': '/dev/null',
    'GIT_ATTR_NOSYSTEM': '1',
    'GIT_ALLOW_PROTOCOL': 'https:ssh',
}
_ALWAYS_CONFIG = (
    ('core.fsync', 'all'),
    ('gc.auto', '0'),
    ('maintenance.auto', 'false'),
    ('protocol.version', '2'),
    ('fetch.recurseSubmodules', 'false'),
    # A pack is a single file to bring safely to the disk, however many objects it has.
    ('fastimport.unpackLimit', '1'),
)
_HERMETIC_CONFIG = (
    ('core.hooksPath', '/dev/null'),
    ('credential.helper', ''),
    ('transfer.fsckObjects', 'true'),
    ('fetch.unpackLimit', '1'),
    ('http.followRedirects', 'false'),
    # Silence only: a server that counts objects says little, and the time limit bounds the rest.
    ('http.lowSpeedLimit', '1'),
    ('http.lowSpeedTime', '60'),
)
# A caller's environment may point git elsewhere or make it print secrets; these never pass.
_DROPPED = frozenset(
    {
        'GIT_DIR',
        'GIT_WORK_TREE',
        'GIT_INDEX_FILE',
        'GIT_OBJECT_DIRECTORY',
        'GIT_ALTERNATE_OBJECT_DIRECTORIES',
        'GIT_COMMON_DIR',
        'GIT_NAMESPACE',
        'GIT_PREFIX',
        'GIT_QUARANTINE_PATH',
        'GIT_CURL_VERBOSE',
        'GIT_GLOB_PATHSPECS',
        'GIT_NOGLOB_PATHSPECS',
        'GIT_ICASE_PATHSPECS',
    }
)


@dataclass(frozen=True, slots=True)
class GitSettings:
    """Limits and surroundings of every git process a store starts.

    `environment` counts only when `hermetic` is False. `extra_config` is visible to other
    processes of the same user, hence never holds a secret. `pack_bytes` bounds any single file
    git may write; `blob_bytes` any single file that is read into memory.
    """

    timeout: float = 300.0
    executable: str = 'git'
    search_path: str = '/usr/local/bin:/usr/bin:/bin'
    hermetic: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)
    extra_config: tuple[tuple[str, str], ...] = ()
    blob_bytes: int = 256 * 2**20
    pack_bytes: int | None = None


def base_environment(settings: GitSettings) -> dict[str, str]:
    """The environment every git process gets, configuration not yet included."""
    if settings.hermetic:
        return {'PATH': settings.search_path, **_ALWAYS, **_HERMETIC}
    kept = {name: value for name, value in settings.environment.items() if _passes(name)}
    return {'PATH': settings.search_path, **kept, **_ALWAYS}


def with_config(
    environment: Mapping[str, str],
    settings: GitSettings,
    further: tuple[tuple[str, str], ...] = (),
) -> dict[str, str]:
    """Adds configuration through `GIT_CONFIG_COUNT`; later entries win over earlier ones."""
    entries = list(_inherited(environment))
    entries += _ALWAYS_CONFIG
    entries += _HERMETIC_CONFIG if settings.hermetic else ()
    entries += settings.extra_config
    entries += further
    answer = {name: value for name, value in environment.items() if not _is_config(name)}
    answer['GIT_CONFIG_COUNT'] = str(len(entries))
    for number, (name, value) in enumerate(entries):
        answer[f'GIT_CONFIG_KEY_{number}'] = name
        answer[f'GIT_CONFIG_VALUE_{number}'] = value
    return answer


def _passes(name: str) -> bool:
    return name not in _DROPPED and not name.startswith('GIT_TRACE')


def _is_config(name: str) -> bool:
    return name == 'GIT_CONFIG_COUNT' or name.startswith(('GIT_CONFIG_KEY_', 'GIT_CONFIG_VALUE_'))


def _inherited(environment: Mapping[str, str]) -> list[tuple[str, str]]:
    count = environment.get('GIT_CONFIG_COUNT', '')
    numbers = range(int(count)) if count.isdecimal() else range(0)
    return [
        (environment[f'GIT_CONFIG_KEY_{number}'], environment[f'GIT_CONFIG_VALUE_{number}'])
        for number in numbers
        if f'GIT_CONFIG_KEY_{number}' in environment and f'GIT_CONFIG_VALUE_{number}' in environment
    ]
