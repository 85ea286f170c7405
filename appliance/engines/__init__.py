"""M_g adapters: everything that turns prompts into text on this machine."""
