"""M_L, the reflector: asked for principles only, through the door only."""
