"""Formats of annotation sets, a file each; :mod:`.registry` knows them all."""
