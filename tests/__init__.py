"""Tests of the kit, by subject: a folder for each of the tree's."""
