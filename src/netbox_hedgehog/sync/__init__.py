"""The plugin's only door to the engine: one operation from lock to record.

`jobs.py` calls `runner.work_off`; pages, API and receivers ask `status`, `drafts`, `connection`,
`credentials` and `outbox`. Nothing above this room imports `hedgehog_gitops`.
"""
