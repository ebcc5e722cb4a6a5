"""Breaks in every way a validator can."""


def asked(value, key):
    raise RuntimeError('it broke')


def answered(value, key):
    return ['not a problem']
