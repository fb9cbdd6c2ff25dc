/** Of the service and of the API that it describes. */
export const version = '0.1.0';
