"""Pages of the room: the deputy's side, the case page of all roles, the staff's side."""
