// Plants by type and fuel: the view of details.

import { render } from "./detail_view.js";

export default { render };
