"""Commands of ``tiaoju``, one file each: ``add`` puts the arguments on a parser, ``run`` does the work."""
