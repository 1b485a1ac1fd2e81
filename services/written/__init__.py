"""Files that admins write: read strictly, with every fault and the line that it stands on."""
